"""Seasons and calendars of trade: working days, moving holidays, seasonal adjustment.

    monthly     a series by month, with what is missing
    calendars   working days of a reporter, as officially announced or by rule
    festivals   holidays that move between months
    regressors  what they do to a month, for regression
    adjust      a series adjusted by X-13ARIMA-SEATS, or by STL where that is not installed
"""
