//! How often secrets may be guessed: per address, per login and overall.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::secret::SecretHash;

/// Too many attempts. Says when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts: wait {retry_after} seconds")]
pub struct TooMany {
    /// Seconds to wait.
    pub retry_after: u64,
}

/// A number of attempts that is there at once, and how many come back in a minute.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// At once.
    pub burst: NonZeroU32,
    /// Per minute after that.
    pub per_minute: NonZeroU32,
}

impl Allowance {
    /// An allowance; nought is taken for one.
    pub const fn new(burst: u32, per_minute: u32) -> Self {
        Self {
            burst: at_least_one(burst),
            per_minute: at_least_one(per_minute),
        }
    }

    fn quota(self) -> Quota {
        Quota::per_minute(self.per_minute).allow_burst(self.burst)
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// How often each thing may be tried.
///
/// Phones of one province share few addresses, so an address has room for a meeting room that enrols at once. A code has 40
/// bits: at ten guesses a second against a thousand open codes, one is expected to fall after three years.
#[derive(Debug, Clone, Copy)]
pub struct Allowances {
    /// Enrolment from one address.
    pub enrol_address: Allowance,
    /// Enrolment altogether.
    pub enrol_overall: Allowance,
    /// Sign-in from one address.
    pub sign_in_address: Allowance,
    /// Sign-in with one login.
    pub sign_in_login: Allowance,
}

impl Default for Allowances {
    fn default() -> Self {
        Self {
            enrol_address: Allowance::new(40, 30),
            enrol_overall: Allowance::new(300, 600),
            sign_in_address: Allowance::new(20, 20),
            sign_in_login: Allowance::new(8, 4),
        }
    }
}

/// Counts attempts.
pub struct RateLimits {
    enrol_address: DefaultKeyedRateLimiter<IpAddr>,
    enrol_overall: DefaultDirectRateLimiter,
    sign_in_address: DefaultKeyedRateLimiter<IpAddr>,
    sign_in_login: DefaultKeyedRateLimiter<SecretHash>,
    clock: DefaultClock,
}

impl RateLimits {
    /// Begins to count.
    pub fn new(allowances: &Allowances) -> Self {
        Self {
            enrol_address: RateLimiter::keyed(allowances.enrol_address.quota()),
            enrol_overall: RateLimiter::direct(allowances.enrol_overall.quota()),
            sign_in_address: RateLimiter::keyed(allowances.sign_in_address.quota()),
            sign_in_login: RateLimiter::keyed(allowances.sign_in_login.quota()),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one attempt to enrol.
    pub fn enrol(&self, from: IpAddr) -> Result<(), TooMany> {
        // The address first: one that tries too often must not use up what everyone has.
        self.enrol_address
            .check_key(&network(from))
            .map_err(|until| self.too_many(&until))?;
        self.enrol_overall.check().map_err(|until| self.too_many(&until))
    }

    /// Counts one attempt to sign in.
    pub fn sign_in(&self, from: IpAddr, login: &str) -> Result<(), TooMany> {
        self.sign_in_address
            .check_key(&network(from))
            .map_err(|until| self.too_many(&until))?;
        self.sign_in_login
            .check_key(&SecretHash::of(login))
            .map_err(|until| self.too_many(&until))
    }

    /// Forgets addresses and logins that have their whole allowance again, so that memory stays bounded.
    pub fn forget_idle(&self) {
        self.enrol_address.retain_recent();
        self.sign_in_address.retain_recent();
        self.sign_in_login.retain_recent();
    }

    fn too_many(&self, until: &governor::NotUntil<<DefaultClock as Clock>::Instant>) -> TooMany {
        let wait = until.wait_time_from(self.clock.now());
        TooMany {
            retry_after: wait.as_secs() + 1,
        }
    }
}

/// What counts as one address: a household has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> RateLimits {
        RateLimits::new(&Allowances {
            enrol_address: Allowance::new(2, 1),
            enrol_overall: Allowance::new(3, 1),
            sign_in_address: Allowance::new(3, 1),
            sign_in_login: Allowance::new(2, 1),
        })
    }

    #[test]
    fn one_address_does_not_use_up_what_others_have() {
        let limits = limits();
        let [first, second]: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        assert_eq!(limits.enrol(first), Ok(()));
        assert_eq!(limits.enrol(first), Ok(()));
        let refused = limits.enrol(first).unwrap_err();
        assert!((30..=61).contains(&refused.retry_after), "{refused}");
        assert_eq!(limits.enrol(second), Ok(()));
        assert!(limits.enrol(second).is_err(), "three altogether");
    }

    #[test]
    fn a_login_is_guarded_whatever_the_addresses() {
        let limits = limits();
        for last in 1..=2 {
            assert_eq!(limits.sign_in(IpAddr::from([10, 0, 1, last]), "lan"), Ok(()));
        }
        assert!(limits.sign_in(IpAddr::from([10, 0, 1, 3]), "lan").is_err());
        assert_eq!(limits.sign_in(IpAddr::from([10, 0, 1, 3]), "hoa"), Ok(()));
    }

    #[test]
    fn what_a_server_allows_by_itself() {
        let limits = RateLimits::new(&Allowances::default());
        let meeting_room = IpAddr::from([10, 0, 0, 1]);
        for _ in 0..40 {
            assert_eq!(limits.enrol(meeting_room), Ok(()));
        }
        // Thirty a minute come back: one in two seconds.
        let refused = limits.enrol(meeting_room).unwrap_err();
        assert!((1..=3).contains(&refused.retry_after), "{refused}");
        // Guesses from anywhere come to an end, too: 300 at once.
        let elsewhere = (1..=8).flat_map(|last| std::iter::repeat_n(IpAddr::from([10, 0, 1, last]), 40));
        let taken = elsewhere.take_while(|address| limits.enrol(*address).is_ok()).count();
        assert!((260..300).contains(&taken), "{taken} after the first 40");
        for last in 1..=8 {
            assert_eq!(limits.sign_in(IpAddr::from([10, 0, 2, last]), "tinh"), Ok(()));
        }
        let refused = limits.sign_in(IpAddr::from([10, 0, 2, 9]), "tinh").unwrap_err();
        assert!((10..=16).contains(&refused.retry_after), "{refused}");
    }

    #[test]
    fn a_household_of_ipv6_is_one_address() {
        let [one, two, other]: [IpAddr; 3] = [
            "2001:db8:1:2::1".parse().unwrap(),
            "2001:db8:1:2:ffff::9".parse().unwrap(),
            "2001:db8:1:3::1".parse().unwrap(),
        ];
        assert_eq!(network(one), network(two));
        assert_ne!(network(one), network(other));
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), IpAddr::from([10, 0, 0, 1]));
    }
}
