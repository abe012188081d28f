# frozen_string_literal: true

set :application, "app"
set :deploy_to, "/srv/app"

# What is deployed: a directory on this machine ...
set :murder_source, "build"
# ... or one that the seeder has already:
# set :default_seeder_files_path, "/srv/builds/app"

set :murder_jar, "murder-tools.jar"
set :remote_murder_path, "/opt/local/murder"
# A deploy is good if this many hosts failed; they are left out of the rest of it.
set :murder_tolerate, "2%"
