-- What lies at a point: plans, parcels, zones, overlays and buildings, in one round trip.
--
-- Prepared once for each connection. Parameters: at (EWKB of the point, metric CRS), version (a plan version, or null for those in
-- force on the day, as PlanVersion.objects.in_force has it), legal (the states with legal force),
-- day, most (rows of one kind). {wgs84} is an EPSG code. Each row is a kind, its facts as JSON, and
-- its geometry as GeoJSON in degrees with nine decimals, rings by the right-hand rule.
-- Expected: a scan of the GiST index of each geometry column, and nothing else.
SELECT kind, facts, ST_AsGeoJSON(ST_ForcePolygonCCW(ST_Transform(shape, {wgs84})), 9)
FROM (
WITH
versions AS (
    SELECT version.id, version.label, version.validity, plan.name_ar, plan.name_en, plan.name_fr
    FROM zoning_planversion AS version JOIN zoning_plan AS plan ON plan.id = version.plan_id
    WHERE CASE WHEN %(version)s::bigint IS NULL
        THEN version.status = ANY(%(legal)s) AND version.validity @> %(day)s::date
        ELSE version.id = %(version)s::bigint END
),
parcels AS (
    SELECT * FROM parcels_parcel
    WHERE ST_Intersects(geometry, %(at)s::geometry) ORDER BY id LIMIT %(most)s
),
zones AS (
    SELECT * FROM zoning_zone
    WHERE ST_Intersects(geometry, %(at)s::geometry) AND version_id IN (SELECT id FROM versions)
    ORDER BY id LIMIT %(most)s
),
overlays AS (
    SELECT * FROM zoning_overlay
    WHERE geometry && ST_Expand(
            %(at)s::geometry, (SELECT coalesce(max(distance_m), 0) FROM zoning_overlay)::float8)
        AND ST_DWithin(geometry, %(at)s::geometry, coalesce(distance_m, 0)::float8)
        AND (validity IS NULL OR validity @> %(day)s::date)
    ORDER BY kind, id LIMIT %(most)s
),
buildings AS (
    SELECT * FROM parcels_building
    WHERE ST_Intersects(footprint, %(at)s::geometry) ORDER BY id LIMIT %(most)s
),
found (kind, rank, facts, shape) AS (
    SELECT 'plans', row_number() OVER (ORDER BY validity DESC), json_build_object(
            'version', id, 'label', label, 'name_ar', name_ar, 'name_en', name_en,
            'name_fr', name_fr),
        NULL
    FROM versions
    UNION ALL
    SELECT 'parcels', id, json_build_object(
            'id', id, 'applied', EXISTS (
                SELECT FROM permits_application_parcels AS link
                WHERE link.parcel_id = parcels.id),
            'reference', reference, 'block', block, 'number', number,
            'address', address, 'addresses', attributes -> 'addresses', 'land_use', land_use,
            'registered_area_m2', registered_area_m2, 'surveyed_area_m2', surveyed_area_m2,
            'drawn_area_m2', round(ST_Area(geometry)::numeric, 2)),
        geometry
    FROM parcels
    UNION ALL
    SELECT 'zones', zone.id, json_build_object(
            'code', district.code, 'name_ar', district.name_ar, 'name_en', district.name_en,
            'name_fr', district.name_fr, 'description_ar', district.description_ar,
            'description_en', district.description_en, 'description_fr', district.description_fr,
            'colour', district.colour, 'label', zone.label, 'version', zone.version_id),
        zone.geometry
    FROM zones AS zone JOIN zoning_district AS district ON district.id = zone.district_id
    UNION ALL
    SELECT 'overlays', row_number() OVER (ORDER BY kind, id), json_build_object(
            'kind', kind, 'code', code, 'name_ar', name_ar, 'name_en', name_en,
            'name_fr', name_fr, 'distance_m', distance_m),
        geometry
    FROM overlays
    UNION ALL
    SELECT 'buildings', id, json_build_object(
            'name_ar', name_ar, 'name_en', name_en, 'name_fr', name_fr, 'storeys', storeys,
            'height_m', height_m, 'use', use, 'year_built', year_built),
        footprint
    FROM buildings
)
SELECT * FROM found
) AS found
ORDER BY kind, rank
