/**
 * The bytes of torrents on disk: allocation, positional writes, hashing, mapped reads, resume
 * files. Not exported by the module.
 */
package murder.engine.storage;
