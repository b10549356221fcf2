export * from './assess.ts'
export * from './payment-key.ts'
export * from './rule.ts'
export * from './rules.ts'
