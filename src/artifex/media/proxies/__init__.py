"""What stands for footage where the footage itself would be too slow: small films, strips of pictures, waveforms."""
