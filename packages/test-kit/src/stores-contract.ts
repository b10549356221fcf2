// What each promise of the ports of packages/stores means. Every driver's test runs all three suites.
export { describeIdempotencyContract, type IdempotencyHarness } from './stores-contract/idempotency.ts'
export { describeOpenPaymentsContract, type OpenPaymentsHarness } from './stores-contract/open-payments.ts'
export { describeSnapshotContract, type SnapshotHarness } from './stores-contract/snapshots.ts'
