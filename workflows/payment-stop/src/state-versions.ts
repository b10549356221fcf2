export const stateVersions = { ledger: '990c1e84b10a', validation: 'dd34a71750d6', dispatch: '81504cad1c89', desk: 343937 } as const
