// What each promise of the ports of packages/stores means. Every driver's test runs all three suites.

export { type ClaimsHarness, describeClaimsContract } from './stores-contract/claims.ts'
export { describeIdempotencyContract, type IdempotencyHarness } from './stores-contract/idempotency.ts'
export { describeSnapshotContract, type SnapshotHarness } from './stores-contract/snapshots.ts'
