export { createRedisConnection, type RedisConnection, type RedisConnectionOptions, type StoresLog } from './connection.ts'
export { createRedisIdempotency } from './idempotency.ts'
export { createRedisOpenPayments } from './open-payments.ts'
export { createRedisSnapshots } from './snapshots.ts'
