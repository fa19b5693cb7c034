#!/bin/sh
# Run once, by the image of PostgreSQL, when the database is made: a role that owns its own database, and nothing more.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$PARCOURS_PASSWORD" --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
CREATE ROLE parcours LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE parcours OWNER parcours ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE parcours FROM PUBLIC;
SQL
