export const stateVersions = { ledger: '7da580a42689', validation: '24131af9c919', dispatch: '263b4b2232e3', desk: 30996823 } as const
