export const stateVersions = { ledger: '86939cb1c926', validation: 'cdc597b2a88e', dispatch: 'b98df78aef4f', desk: 248458220 } as const
