"""Settings, names of resources, and the folder of the installation."""
