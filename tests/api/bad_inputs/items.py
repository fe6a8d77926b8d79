# ruff: noqa: E501 - a table, a line an item
"""Every item of the list of bad inputs: the tests that show it is refused, or why it cannot happen here.

What is sent for an item is in ``cases.py``; the tests named here are those beside it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """``tests`` are ``file::function``; ``not_here`` says why (a part of) it does not apply."""

    tests: tuple[str, ...] = ()
    not_here: str = ""


_PEOPLE = "tests/api/bad_inputs/test_people.py::"
_IDS = "tests/api/bad_inputs/test_ids.py::"
_TEXTS = "tests/api/bad_inputs/test_texts.py::"
_PAGES = "tests/api/bad_inputs/test_pages.py::"
_SOCKETS = "tests/api/bad_inputs/test_sockets.py::"
_VIDEOS = "tests/api/test_videos.py::"
_SANDBOX = "tests/media/test_sandbox.py::"
_FETCH = "tests/store/test_fetch.py::"
_PROTOCOL = "tests/api/test_protocol.py::"

ITEMS: dict[str, Item] = {
    **{f"B{number}": Item() for number in (*range(1, 7), 14, *range(18, 23), 24, 25, 26, 27, 30, 31, 33, 34)},
    "B7": Item((f"{_TEXTS}test_odd_text_is_kept_as_it_is_and_comes_back_as_json", f"{_TEXTS}test_nothing_that_was_sent_stands_raw_in_the_log")),
    "B8": Item((f"{_VIDEOS}test_lengths_that_are_none_are_refused",)),
    "B9": Item((f"{_VIDEOS}test_sizes_that_are_none_are_refused",)),
    "B10": Item((f"{_VIDEOS}test_wrong_values_are_refused_by_the_name_they_were_sent_under",)),
    "B11": Item((f"{_VIDEOS}test_wrong_values_are_refused_by_the_name_they_were_sent_under",)),
    "B12": Item((f"{_VIDEOS}test_wrong_values_are_refused_by_the_name_they_were_sent_under",)),
    "B13": Item((f"{_VIDEOS}test_wrong_values_are_refused_by_the_name_they_were_sent_under",)),
    "B15": Item(not_here="Models are the studio's; no user has one of their own."),
    "B16": Item(
        (
            f"{_PEOPLE}test_a_lora_is_taken_within_its_strengths",
            f"{_PEOPLE}test_a_lora_of_another_network_is_refused",
            "tests/cli/test_bad_inputs_loras.py::test_files_that_do_not_fit",
        ),
    ),
    "B17": Item((f"{_VIDEOS}test_fields_nobody_knows_are_ignored_and_named", f"{_PEOPLE}test_every_body_that_is_json_takes_no_field_it_does_not_know")),
    "B23": Item(("tests/api/test_events.py::test_a_body_that_trickles_is_cut", f"{_PROTOCOL}test_a_body_shorter_than_it_says_makes_no_job", f"{_PROTOCOL}test_what_comes_after_a_body_is_no_second_one")),
    "B28": Item((f"{_PROTOCOL}test_ten_megabytes_around_a_form_cost_little",)),
    "B29": Item((f"{_PROTOCOL}test_a_field_that_is_too_large_is_refused_at_little_cost",)),
    "B32": Item(("tests/api/test_media.py::test_ranges_are_honoured_one_at_a_time",)),
    "B35": Item(("tests/api/test_guard.py::test_a_proxys_headers_change_nothing",)),
    "B36": Item((f"{_TEXTS}test_a_files_name_is_never_a_path", "tests/api/test_media.py::test_names_are_text_to_show_and_nothing_more")),
    "B37": Item((f"{_SANDBOX}test_hostile_files_are_refused_soon",)),
    "B38": Item(),
    "B39": Item(("tests/api/test_media.py::test_files_are_imported_from_the_named_folders_only",), "No archive is ever unpacked: models come file by file from a hub."),
    "B40": Item(("tests/store/test_assets.py::test_fifty_at_once_do_not_get_past_the_quota", f"{_PEOPLE}test_a_users_own_limits_hold")),
    **{f"B{number}": Item() for number in (*range(41, 47), *range(49, 57), 59, *range(61, 68))},
    "B47": Item((f"{_SANDBOX}test_a_picture_is_known_by_its_content_and_its_thumbnail_is_made_anew", "tests/media/test_image.py::test_exif_rotation_is_applied"), "What its owner gave is given back to its owner as it was, with its EXIF."),
    "B48": Item(("tests/media/test_image.py::test_sixteen_bit_grey_and_cmyk",), "Depths, palettes and transparency are taken."),
    "B57": Item(),
    "B58": Item((f"{_SANDBOX}test_inside_there_are_no_other_files_no_network_and_little_memory",), "A reference out of a container leads nowhere: there are no other files in the sandbox."),
    "B60": Item((f"{_SANDBOX}test_a_length_that_the_header_only_claims_is_not_believed",)),
    "B68": Item(),
    "B69": Item((f"{_TEXTS}test_odd_text_is_kept_as_it_is_and_comes_back_as_json",), "No command line and no filter is ever built from text."),
    **{f"B{number}": Item((f"{_FETCH}test_private_places_are_refused_in_every_spelling",)) for number in (80, 81, 82)},
    "B83": Item((f"{_FETCH}test_a_name_that_changes_its_address_is_reached_at_the_checked_one",)),
    "B84": Item((f"{_FETCH}test_a_redirect_is_checked_like_the_first_url", f"{_FETCH}test_five_redirects_are_followed_and_no_more")),
    "B85": Item((f"{_FETCH}test_urls_that_are_none_or_mean_two_things_are_refused",)),
    "B86": Item((f"{_FETCH}test_what_is_too_large_is_given_up", f"{_FETCH}test_a_server_that_misbehaves_is_given_up", f"{_FETCH}test_no_more_is_taken_than_was_announced")),
    "B87": Item((f"{_SANDBOX}test_hostile_files_are_refused_soon",), "The type that a server states is not looked at."),
    "B88": Item((f"{_PEOPLE}test_a_forged_proof_opens_no_door", "tests/accounts/test_tokens.py::test_a_forged_token_is_refused", "tests/accounts/test_sessions.py::test_a_demoted_users_token_dies_and_the_next_one_has_the_new_role", "tests/accounts/test_sessions.py::test_a_deleted_users_tokens_and_keys_die", "tests/accounts/test_sessions.py::test_a_new_password_ends_every_session_but_the_one_that_set_it")),
    "B89": Item(("tests/api/test_auth.py::test_a_refresh_token_used_twice_ends_the_session", "tests/accounts/test_sessions.py::test_of_many_that_use_a_refresh_token_at_once_one_is_served_and_the_session_ends")),
    "B90": Item((f"{_IDS}test_anothers_id_is_as_one_that_was_guessed", f"{_IDS}test_no_list_tells_of_anothers", f"{_IDS}test_a_socket_to_anothers_job_is_not_opened", f"{_IDS}test_nothing_of_anothers_is_used_by_a_job", f"{_IDS}test_nothing_of_anothers_is_changed_among_many", "tests/api/test_shares.py::test_every_link_that_opens_nothing_is_the_same_404", "tests/api/test_media.py::test_a_picture_is_taken_shown_sent_and_removed"), "There are no HLS playlists. The addresses that work without a proof are those their owner made for others."),
    "B91": Item((f"{_PEOPLE}test_every_body_that_is_json_takes_no_field_it_does_not_know", "tests/api/test_auth.py::test_a_field_that_is_not_asked_for_is_refused")),
    "B92": Item((f"{_PEOPLE}test_only_administrators_administer", f"{_PEOPLE}test_who_only_looks_makes_nothing", "tests/api/test_auth.py::test_only_administrators_manage_users")),
    "B93": Item((f"{_PEOPLE}test_one_key_fifty_times_at_once_makes_one_job", f"{_PEOPLE}test_of_fifty_bodies_with_one_key_one_is_taken")),
    "B97": Item((f"{_SOCKETS}test_a_socket_that_may_not_be_is_not_opened", f"{_SOCKETS}test_ten_megabytes_in_one_message_end_the_socket", f"{_SOCKETS}test_a_thousand_messages_a_second_end_the_socket", f"{_SOCKETS}test_who_subscribes_without_end_is_let_go", "tests/api/test_events.py::test_a_socket_ends_when_its_account_is_disabled")),
    "B98": Item((f"{_PEOPLE}test_many_guesses_are_stopped_and_tell_nothing", "tests/accounts/test_guessing.py::test_an_unknown_name_takes_as_long_as_a_wrong_password", "tests/accounts/test_users.py::test_nothing_of_a_long_password_is_cut_off")),
    "B99": Item((f"{_PAGES}test_without_accounts_a_foreign_page_is_refused_too", f"{_PAGES}test_no_answer_invites_a_foreign_page", "tests/api/test_guard.py::test_a_real_server_keeps_to_this")),
    "B100": Item((f"{_TEXTS}test_nothing_that_was_sent_stands_raw_in_the_log", "tests/api/test_system.py::test_a_log_line_cannot_be_forged"), "Nothing is exported as CSV or HTML."),
}  # fmt: skip
