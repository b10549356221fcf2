export { type ChainedEvent, chainFact, factHash } from './chain.ts'
export {
  type DevelopmentMembers,
  type DevelopmentTokenOptions,
  developmentToken,
  ensureDevelopmentMembers,
} from './development.ts'
export {
  createEngineSecret,
  digestWith,
  type EngineSecret,
  EngineSecretError,
  engineSecretFileName,
  ensureEngineSecret,
  readEngineSecret,
  requestIdFor,
} from './engine-secret.ts'
export { fingerprintOf } from './fingerprint.ts'
export { loadMembers, type Member, type Members, type MembersFile, membersFileSchema, RegistryError } from './members.ts'
export {
  createTokenVerifier,
  type SignTokenOptions,
  signToken,
  type TokenVerifier,
  tokenAudience,
  tokenLifeMaxSeconds,
  type VerifiedActor,
} from './tokens.ts'
export { type ChainProblem, type ChainReport, type ChainVerifier, createChainVerifier } from './verify-history.ts'
