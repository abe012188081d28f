# frozen_string_literal: true

# The first of these is tracker and seeder too, unless others have the roles.
role :peer, %w[deploy@host1 deploy@host2 deploy@host3]
# A host that only serves gets no release:
# server "deploy@host0", roles: %w[tracker seeder], no_release: true
