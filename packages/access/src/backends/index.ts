export { describeRule, isManagedRule, kafkaRules } from './kafka-rules.ts'
export { noDefaultUser, redisOperator, redisUser } from './redis-users.ts'
export { type AccessTable, createAccessTable, mayWrite, type Principal, refuseReservedNames } from './table.ts'
