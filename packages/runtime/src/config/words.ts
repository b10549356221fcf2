import { filePath, redisUrl, wholeNumber } from './values.ts'

/** The keys of encrypted personal data. */
export const encryption = {
  HOLDFAST_MASTER_KEYS_FILE: filePath
    .optional()
    .describe(
      'File with the master keys, which encrypt the country keys. One line each: an id, a space and 64 hex digits; the current key first; the same for every service. Required on Kafka and Redis; a new embedded engine creates it in HOLDFAST_DATA. If it is lost, all personal data is lost (docs/operating.md)',
    ),
  HOLDFAST_KEYS_REDIS_URL: redisUrl
    .optional()
    .describe(
      'Redis for the data keys and country keys, with `appendonly yes` and `appendfsync always`; user, password and certificates are those of HOLDFAST_REDIS_URL. Required on Kafka and Redis; an embedded engine stores the keys in `keys.sqlite` in HOLDFAST_DATA',
    ),
  HOLDFAST_KEYS_REDIS_REPLICAS: wholeNumber(0, 10)
    .default(0)
    .describe(
      'Replicas of that Redis, each with `appendonly yes` and `appendfsync always`, that must have stored a key before it is used; the same for every service. Set it to the number of replicas that may replace the primary. With 0 none may, because a replica could lack keys in use (docs/operating.md)',
    ),
}
