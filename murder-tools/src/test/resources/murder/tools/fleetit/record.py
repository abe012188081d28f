"""Records all packets of this network namespace into a file, until it is killed. Says 'recording' when it has begun."""
import socket
import sys

ALL = 3  # ETH_P_ALL
SO_RCVBUFFORCE = 33
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
packets.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
with open(sys.argv[1], "wb", buffering=0) as out:
    print("recording", flush=True)
    while True:
        out.write(packets.recv(1 << 17))
