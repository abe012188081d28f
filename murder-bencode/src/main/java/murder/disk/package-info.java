/** What several modules of this project ask of file systems. */
package murder.disk;
