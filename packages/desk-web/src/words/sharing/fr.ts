export const sharingFr = {
  sharing: {
    title: 'Partagée avec',
    nobody: 'Personne d’autre que les deux pays ne la voit.',
    withUnit: 'Partagées avec votre unité',
    unitReads: 'Votre unité lit ce qui est partagé avec elle et ne donne pas d’ordres.',
    keptFromAddressee:
      'Le document refuse cette demande au pays auquel elle est adressée, qui n’en voit rien tant que ce n’est pas corrigé.',
    standingOnly: 'Votre unité voit où en est la demande : ni ses documents ni ses faits.',
    noneYet: 'Rien n’est partagé avec votre unité. Ce qui le sera apparaîtra ici de soi-même.',
  },
}
