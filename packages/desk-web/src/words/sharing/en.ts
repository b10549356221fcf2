export const sharingEn = {
  sharing: {
    title: 'Shared with',
    nobody: 'Nobody but the two countries sees it.',
    withUnit: 'Shared with your unit',
    unitReads: 'Your unit reads what is shared with it and gives no commands.',
    keptFromAddressee:
      'The document denies this request to the country that it is addressed to, which sees nothing of it until that is corrected.',
    standingOnly: 'How it stands is shared with your unit: its documents and facts are not.',
    noneYet: 'Nothing is shared with your unit. What is shared appears here by itself.',
  },
}
