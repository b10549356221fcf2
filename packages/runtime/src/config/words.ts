import { filePath, redisUrl, wholeNumber } from './values.ts'

/** The keys of encrypted personal data. */
export const encryption = {
  HOLDFAST_MASTER_KEYS_FILE: filePath.optional().describe('Master keys, current one first: an id, a space and 64 hex digits each'),
  HOLDFAST_KEYS_REDIS_URL: redisUrl.optional().describe('Redis of the data keys, with `appendonly yes` and `appendfsync always`'),
  HOLDFAST_KEYS_REDIS_REPLICAS: wholeNumber(0, 10).default(0).describe('Replicas that must store a key before it is used'),
}
