"""The timeline: immutable plain data, and functions that return changed copies.

Nothing here opens a file, decodes a frame or knows a database. Times are whole frames at the timeline's rate, rates
are exact fractions, and an edit that cannot be done raises BadInput.

    timeline, track, clip, sources,      what a timeline is, with JSON both ways: to_data(), and reading
    transition, marker, curves, looks
    mapping      which frame of its source a clip shows        validate   the invariants of a timeline
    timecode, prompts, parameters                              fields     how untrusted JSON is read
    edits/       insert, trim, ripple, roll, razor, ...        commands/  the same as JSON, checked before it is done
    changes/     what an edit changed, small and invertible    history    undo and redo
    journal      a project restored from its recorded edits
    project      timeline, shots, assets, models               shots      shots and their takes
    takes        edits of shots and takes                      build_graph  which shots are stale, and their order
    bridging     shots that fill a gap or extend a clip        upgrade    data of older formats
    plan/        from a timeline to what is rendered           interchange/  OpenTimelineIO, FCPXML, FCP 7 XML, EDL

One edit, as a server does it:

    command = parse_command(json)                     # refused here if it is wrong
    after = perform(project, command)                 # or here if it cannot be done
    change = difference(project, after)
    history = history.with_change(change)             # and kept, for undo
"""
