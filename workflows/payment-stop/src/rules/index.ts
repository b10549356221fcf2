export * from './assess.ts'
export * from './rule.ts'
export * from './rules.ts'
