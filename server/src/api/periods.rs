//! `GET /api/v1/periods`: the periods units report on.

use axum::Json;
use axum::extract::State;
use client_core::model::period::ReportingPeriod;
use serde::Serialize;

use super::error::ApiError;
use super::identity::Staff;
use crate::app_state::AppState;

/// A reporting period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Period {
    /// Such as `2026-Q3`.
    key: String,
    /// Its name in Vietnamese.
    name_vi: String,
    /// Its name in English.
    name_en: String,
    /// First day, `2026-07-01`.
    first_day: String,
    /// Last day, where stocks are taken.
    last_day: String,
    /// Last day to submit.
    due: String,
    /// It has begun and its due day has not passed.
    open: bool,
}

/// Reporting periods that have begun, the newest first.
#[utoipa::path(get, path = "/periods", tag = "desk", responses((status = 200, description = "Periods", body = Vec<Period>)))]
pub(super) async fn periods(State(state): State<AppState>, staff: Staff) -> Result<Json<Vec<Period>>, ApiError> {
    let today = state.now().date();
    let periods = staff.organisation.periods.iter().rev();
    let begun = periods.filter(|(period, _due)| period.first_day() <= today);
    let periods = begun.map(|(period, due)| {
        let (name_vi, name_en) = names(*period);
        Period {
            key: period.to_string(),
            name_vi,
            name_en,
            first_day: period.first_day().to_string(),
            last_day: period.last_day().to_string(),
            due: due.to_string(),
            open: today <= *due,
        }
    });
    Ok(Json(periods.collect()))
}

/// What people call a period.
fn names(period: ReportingPeriod) -> (String, String) {
    const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
    let roman = |number: i8| ROMAN[usize::try_from(number - 1).unwrap_or_default() % ROMAN.len()];
    match period {
        ReportingPeriod::Quarter { year, quarter } => (
            format!("Quý {} năm {year}", roman(quarter)),
            format!("Quarter {quarter}, {year}"),
        ),
        ReportingPeriod::Half { year, half: 1 } => (format!("6 tháng đầu năm {year}"), format!("First half of {year}")),
        ReportingPeriod::Half { year, half: _second } => {
            (format!("6 tháng cuối năm {year}"), format!("Second half of {year}"))
        }
        ReportingPeriod::Year { year } => (format!("Năm {year}"), format!("Year {year}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_the_names_people_use() {
        for (key, vi, en) in [
            ("2026-Q3", "Quý III năm 2026", "Quarter 3, 2026"),
            ("2026-H1", "6 tháng đầu năm 2026", "First half of 2026"),
            ("2026-H2", "6 tháng cuối năm 2026", "Second half of 2026"),
            ("2026", "Năm 2026", "Year 2026"),
        ] {
            assert_eq!(names(key.parse().unwrap()), (vi.to_owned(), en.to_owned()));
        }
    }
}
