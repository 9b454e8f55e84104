/** How many days a month (1 to 12) of the Gregorian calendar has; 0 for another month. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month === 4 || month === 6 || month === 9 || month === 11) return 30;
  return month >= 1 && month <= 12 ? 31 : 0;
}

/** True for a day of the Gregorian calendar; `month` counts from 1. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= daysIn(year, month);
}
