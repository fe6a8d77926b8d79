"""Stand-ins for footage that would be too slow to read: proxy films, filmstrips, waveforms."""
