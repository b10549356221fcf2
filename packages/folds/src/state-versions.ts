export const stateVersions = { ledger: '86939cb1c926', validation: 'cdc597b2a88e', dispatch: '819f7899c0fa', desk: 248458220 } as const
