package murder.tools.fleet;

/**
 * What a seeder packs.
 *
 * @param filesPath a directory on the seeder, or a file
 * @param isFile whether it is a file, which travels as it is
 * @param keepLinks whether symbolic links travel as they are, wherever they lead
 */
record Source(String filesPath, boolean isFile, boolean keepLinks) {
}
