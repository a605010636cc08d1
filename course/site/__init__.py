"""The site: built when it is stale, its notebooks, its demos and their recordings."""
