export const stateVersions = { ledger: 'fe8c7a819234', validation: 'c894d4f0bee4', dispatch: 'ce6141567aa1', desk: 121391120 } as const
