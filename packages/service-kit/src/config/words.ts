import { z } from 'zod'
import { filePath, redisUrl, wholeNumber } from './values.ts'

/** Whether words of persons are sealed, and where their keys are. */
export const words = {
  HOLDFAST_WORDS: z
    .enum(['clear', 'sealed'])
    .default('sealed')
    .describe(
      'Whether the words of persons (names, accounts, contacts, free text) lie sealed in commands, facts, states, views and the work of desks, the same for every service. `clear`, which is a sixth to a quarter faster, is for who has no words of persons: whoever has a file of the engine reads them. What is sealed is read by an engine that seals alone; what was in clear before is read by both',
    ),
  HOLDFAST_MASTER_KEYS_FILE: filePath
    .optional()
    .describe(
      'File with the master keys that wrap the keys by which the words of persons are sealed, a line for each: an id, a space and 64 hex digits, the current one first; the same for every service. Where words are sealed it is needed on Kafka and Redis; embedded a new engine makes it in HOLDFAST_DATA. If it is lost, all words are lost: docs/operating.md',
    ),
  HOLDFAST_KEYS_REDIS_URL: redisUrl
    .optional()
    .describe(
      'Redis that keeps the keys by which the words of persons are sealed, with `appendonly yes` and `appendfsync always`; user, password and certificates are those of HOLDFAST_REDIS_URL. Where words are sealed it is needed on Kafka and Redis; embedded the keys lie in `keys.sqlite` in HOLDFAST_DATA',
    ),
  HOLDFAST_KEYS_REDIS_REPLICAS: wholeNumber(0, 10)
    .default(0)
    .describe(
      'How many replicas of that Redis, each with `appendonly yes` and `appendfsync always`, must have a key on their disks before it counts, the same for every service: as many as there are that may take its place. With 0 none may: keys that were given could be missing there (docs/operating.md)',
    ),
}
