export { describeRule, isManagedRule, kafkaRules } from './kafka-rules.ts'
export { noDefaultUser, redisOperator, redisUser } from './redis-users.ts'
export { type Principal, principals, principalsIn, principalsOfMember, principalsOfRegistry, refuseReservedNames } from './table.ts'
