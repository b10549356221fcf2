import type { PersonalData } from '@holdfast/core'
import { blindIndexInputsOf, type CommandBody, type CommandKind, isDualApprovalCommand, personalDataPointers } from './language/index.ts'

const pointers = new Map<string, readonly string[]>(Object.entries(personalDataPointers))
const nothing: readonly string[] = []

export const personalData: PersonalData = {
  pointersOf: kind => pointers.get(kind) ?? nothing,
  isProposable: kind => isDualApprovalCommand(kind as CommandKind),
  blindIndexInputsOf,
  // The beneficiary country will answer.
  joiningBy: (kind, data) => (kind === 'OpenRequest' ? [(data as CommandBody<'OpenRequest'>).request.beneficiaryCountry] : nothing),
  // An onward request is opened by the engine in the name of the requesting country.
  countryOf: data => (data as { request?: { requestingCountry: string } }).request?.requestingCountry,
}
