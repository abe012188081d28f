/**
 * .torrent files (BEP 3, 12, 19, 27, 47): reading, creating, and checking a payload against one.
 */
package murder.metainfo;
