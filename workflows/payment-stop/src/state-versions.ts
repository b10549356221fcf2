export const stateVersions = { ledger: '990c1e84b10a', validation: 'c6d788b8d5e3', dispatch: '81504cad1c89', desk: 343937 } as const
