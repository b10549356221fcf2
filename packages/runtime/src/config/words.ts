import { filePath, redisUrl, wholeNumber } from './values.ts'

/** Where the keys of encrypted personal data are. */
export const encryption = {
  HOLDFAST_MASTER_KEYS_FILE: filePath
    .optional()
    .describe(
      'File with the master keys that wrap the keys by which the words of persons are sealed, a line for each: an id, a space and 64 hex digits, the current one first; the same for every service. Required on Kafka and Redis; a new embedded engine makes it in HOLDFAST_DATA. If it is lost, all words are lost: docs/operating.md',
    ),
  HOLDFAST_KEYS_REDIS_URL: redisUrl
    .optional()
    .describe(
      'Redis that keeps the keys by which the words of persons are sealed, with `appendonly yes` and `appendfsync always`; user, password and certificates are those of HOLDFAST_REDIS_URL. Required on Kafka and Redis; an embedded engine keeps the keys in `keys.sqlite` in HOLDFAST_DATA',
    ),
  HOLDFAST_KEYS_REDIS_REPLICAS: wholeNumber(0, 10)
    .default(0)
    .describe(
      'How many replicas of that Redis, each with `appendonly yes` and `appendfsync always`, must have a key on their disks before it counts, the same for every service: as many as there are that may take its place. With 0 none may: keys that were given could be missing there (docs/operating.md)',
    ),
}
