"""Pictures enlarged by trained networks: ESRGAN and its many kin, loaded through spandrel."""
