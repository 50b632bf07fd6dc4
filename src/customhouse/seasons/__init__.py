"""Seasons and calendars of trade: working days, moving holidays, seasonal adjustment.

    monthly     a series by month, with what is missing
    calendars   working days of a reporter, as officially announced or by rule
    festivals   holidays that move between months
    regressors  what they do to a month, for regression
    days        growth per working day, and the points of growth due to working days
      coefficient, rates         a working day's coefficient; regression of year-on-year growth
    changing    a holiday whose effect changes over the years
    apart       growth published for several months together, and what it says of each
    adjust      a series adjusted by X-13ARIMA-SEATS, or by STL where that is not installed
      settings, adjusted         what it is told, and what it gives back
      design, split              months, calendars, missing values; months that were published together
      regarima, unusual          regression with airline errors, exactly as X-13 has it; its outliers
      shares, windows, choice    which festivals matter over which days, by AICc
      curve, daily, mixed, worth what days are worth: curves of festivals, their years, days off
      spec, runner, output, x13  the program: what it is told, run, and what it wrote
      stl, diagnostics           the fallback; how good an adjustment is
"""
