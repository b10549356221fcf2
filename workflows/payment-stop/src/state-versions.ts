export const stateVersions = { ledger: '7da580a42689', validation: '24131af9c919', dispatch: 'c565eac97af8', desk: 103120031 } as const
