export { createRedisClaims } from './claims.ts'
export { createRedisConnection, type RedisConnection, type RedisConnectionOptions, type StoresLog } from './connection.ts'
export { createRedisIdempotency } from './idempotency.ts'
export { createRedisSnapshots } from './snapshots.ts'
