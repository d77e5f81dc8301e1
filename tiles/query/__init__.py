"""Questions about parcels and layers, answered as GeoJSON or tables, page by page."""
