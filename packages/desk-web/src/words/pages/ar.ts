import { counted } from '../plurals/counted.ts'
import type { pagesEn } from './en.ts'

const count = counted('ar')

export const pagesAr: typeof pagesEn = {
  csv: 'كجدول (CSV)',
  inbox: {
    proposals: 'في انتظار شخص ثانٍ',
    proposalsNone: 'لا شيء في انتظار شخص ثانٍ من جانبكم.',
    alerts: 'للنظر فيها',
    alertsNone: 'لا شيء للنظر فيه.',
    proposedBy: 'اقترحه',
    age: 'منذ',
    maySecond: 'يمكنك الموافقة',
    mayNot: 'ليس أنت',
    open: 'فتح الطلب',
  },
  case: {
    title: reference => `القضية ${reference}`,
    of: country => `لدى ${country}`,
    sums: 'المجاميع، كل مبلغ محسوب مرة واحدة',
    noSums: 'في القضية طلبات أكثر مما يظهر هنا، ولذلك لا تُعطى مجاميع.',
    currency: 'العملة',
    trail: 'أين ذهب المال',
    trailNote: 'يظهر ما يحتجزه بلد آخر إذا كان لبلدكم نصيب فيه. وما لم يُبلِّغ به أحد يظهر على أنه غير معروف.',
    asked: (amount, country) => `${amount} مطلوب في ${country}`,
    onward: 'نُقل إلى',
    unknown: 'غير معروف هنا',
    childless: 'لا يُتتبَّع',
    declined: 'لا يُتتبَّع بقرار من الطالب',
    waiting: 'في انتظار كلمة الطالب',
    requests: count({ zero: 'لا طلبات', one: 'طلب واحد', two: 'طلبان', few: '# طلبات', many: '# طلباً', other: '# طلب' }),
    print: 'طباعة',
    bundle: 'ملف الأدلة (.jsonl)',
    none: 'ليس لبلدكم نصيب في قضية كهذه.',
    link: 'القضية',
    nth: (n, of) => `${n} من ${of}`,
    followed: (amount, requests) => `مما نُقل، يُتتبَّع ${amount} في ${requests}: وما آل إليه هناك محسوب في المجاميع الأخرى.`,
  },
}
