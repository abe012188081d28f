# frozen_string_literal: true

# Within the tasks, self is Rake's; this is the plugin's.
fleet = self.fleet

namespace :murder do
  desc "Brings murder-tools.jar to all hosts that do not have it"
  task(:distribute_files) { fleet.distribute_files }

  desc "Starts the tracker"
  task(:start_tracker) { fleet.start_tracker }

  desc "Stops the tracker"
  task(:stop_tracker) { fleet.stop_tracker }

  desc "Packs files_path on the seeder, makes the torrent and fetches it (tag, files_path, path_is_file, do_not_download_torrent)"
  task(:create_torrent) { fleet.create_torrent }

  desc "Fetches the torrent from the seeder (tag)"
  task(:download_torrent) { fleet.download_torrent }

  desc "Starts the seeder (tag)"
  task(:start_seeding) { fleet.start_seeding }

  desc "Stops the seeder (tag)"
  task(:stop_seeding) { fleet.stop_seeding }

  desc "Stops the seeders of all tags"
  task(:stop_all_seeding) { fleet.stop_seeding(all: true) }

  desc "Brings the release to all peers (tag, destination_path, no_tag_directory, unsafe_please_delete, path_is_file)"
  task(:peer) { fleet.peer }

  desc "Stops peers that still seed (tag)"
  task(:stop_peering) { fleet.stop_peering }

  desc "Stops peers of all tags"
  task(:stop_all_peering) { fleet.stop_peering(all: true) }

  desc "Removes archive and torrent from the hosts (tag)"
  task(:clean_temp_files) { fleet.clean_temp_files }

  desc "Looks at every host and changes nothing: ssh, java, tar, disk, port, way to the tracker"
  task(:check) { fleet.check }
end
