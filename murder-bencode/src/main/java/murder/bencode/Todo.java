package murder.bencode;

final class Todo {}
