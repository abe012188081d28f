/**
 * Patches between releases: manifests, and a codec of copies and insertions. A release is a file or
 * a directory on disk. Its bytes are the contents of its files, one after the other, in the order
 * of its manifest.
 */
package murder.delta;
