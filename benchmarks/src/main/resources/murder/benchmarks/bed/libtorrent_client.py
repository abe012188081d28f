"""One libtorrent session with one torrent, until it is killed.

    libtorrent_client.py TORRENT FOLDER LISTEN ADDRESS PRESET MODE CALL WORD

PRESET is 'usual' or 'high_performance_seed'; MODE is 'seed' (what is in FOLDER is taken for right) or 'download'. When a download has
every piece, WORD is written to the file CALL.
"""
import sys

import libtorrent

torrent, folder, listen, address, preset, mode, call, word = sys.argv[1:]
settings = libtorrent.high_performance_seed() if preset == "high_performance_seed" else {}
settings.update({
    "listen_interfaces": listen, "outgoing_interfaces": address, "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
    "enable_natpmp": False, "enable_outgoing_utp": False, "enable_incoming_utp": False, "allow_multiple_connections_per_ip": True,
    "alert_mask": libtorrent.alert.category_t.status_notification,
})
session = libtorrent.session(settings)
parameters = libtorrent.add_torrent_params()
parameters.ti = libtorrent.torrent_info(torrent)
parameters.save_path = folder
if mode == "seed":
    parameters.flags |= libtorrent.torrent_flags.seed_mode
session.add_torrent(parameters)
while True:
    session.wait_for_alert(60_000)
    for alert in session.pop_alerts():
        if isinstance(alert, libtorrent.torrent_finished_alert) and mode == "download":
            with open(call, "w") as out:
                out.write(word + "\n")
