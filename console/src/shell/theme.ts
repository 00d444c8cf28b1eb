// The two looks of the console: Fluent's, with a harbour blue of our own.

import { createDarkTheme, createLightTheme, type BrandVariants, type Theme } from '@fluentui/react-components'

const harbour: BrandVariants = {
  10: '#020305',
  20: '#0d1822',
  30: '#0f283d',
  40: '#0f3453',
  50: '#0f4169',
  60: '#0f4e80',
  70: '#135b95',
  80: '#1d69a8',
  90: '#3a77b3',
  100: '#5186bd',
  110: '#6795c7',
  120: '#7ca4d1',
  130: '#91b3da',
  140: '#a6c3e3',
  150: '#bcd3ec',
  160: '#d2e3f5',
}

export const lightTheme: Theme = createLightTheme(harbour)
// On a dark ground the brand's own text must be lighter than Fluent makes it (WCAG 1.4.3).
const dark = createDarkTheme(harbour)
export const darkTheme: Theme = {
  ...dark,
  colorBrandForeground1: harbour[130],
  colorBrandForeground2: harbour[140],
  colorBrandForegroundLink: harbour[130],
  colorBrandForegroundLinkHover: harbour[140],
  colorCompoundBrandForeground1: harbour[130],
}
