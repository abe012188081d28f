"""libtorrent as a program.

libtorrent_client.py run TORRENT|MAGNET FOLDER ADDRESS   downloads and seeds until SIGTERM
libtorrent_client.py hash TORRENT                        prints the info-hash
"""
import signal
import sys

import libtorrent as lt

COMPLETE = "EVERY-PIECE-IS-HERE"


def say(text):
    print(text, flush=True)


def run(torrent, folder, address):
    stopping = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.append(number))
    category = lt.alert.category_t
    session = lt.session({
        "listen_interfaces": address + ":0",
        "outgoing_interfaces": address,
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_outgoing_utp": False,
        "enable_incoming_utp": False,
        # Its own floor is five minutes; here swarms live for seconds.
        "min_announce_interval": 1,
        "alert_mask": category.error_notification | category.status_notification | category.tracker_notification,
    })
    if torrent.startswith("magnet:"):
        params = lt.parse_magnet_uri(torrent)
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(torrent)
    params.save_path = folder
    handle = session.add_torrent(params)
    complete = False
    while not stopping:
        session.wait_for_alert(200)
        for alert in session.pop_alerts():
            say("%s: %s" % (type(alert).__name__, alert.message()))
        if not complete and handle.status().is_seeding:
            complete = True
            say(COMPLETE)
    # Leaving the session tells the tracker.
    session.remove_torrent(handle)
    del session


if sys.argv[1] == "run":
    run(*sys.argv[2:5])
elif sys.argv[1] == "hash":
    say(str(lt.torrent_info(sys.argv[2]).info_hashes().v1))
else:
    sys.exit(__doc__)
