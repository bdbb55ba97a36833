//! What staff may do, by their role in a service. The table is built in and committed as `openapi/roles.txt`.

use std::{fmt::Write as _, str::FromStr};

use kernel::Service;

use crate::permission::{Permission, Permission as P, PermissionSet};

/// A post in the office, held per service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything in the service.
    Manager,
    /// Prepares what is offered.
    Editor,
    /// 窓口: serves patrons.
    Front,
    /// Money and ledgers.
    Finance,
    /// Admits at the gate.
    Gate,
    /// Looks, changes nothing.
    Viewer,
    /// Decides on requests.
    Approver,
}

/// What staff may do whatever their roles.
pub const OF_EVERYBODY: PermissionSet = PermissionSet::of(&[P::KeepOwnSessions]);

impl Role {
    pub const ALL: [Self; 7] =
        [Self::Manager, Self::Editor, Self::Front, Self::Finance, Self::Gate, Self::Viewer, Self::Approver];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Editor => "editor",
            Self::Front => "front",
            Self::Finance => "finance",
            Self::Gate => "gate",
            Self::Viewer => "viewer",
            Self::Approver => "approver",
        }
    }

    /// The rights this role gives in this service. What services share (bills, patrons) comes with every service's roles,
    /// because that work is done at the same counter; accounts and keys belong to the manager of `core` alone.
    pub const fn permissions(self, service: Service) -> PermissionSet {
        let own = match service {
            Service::Core => self.of_core(),
            Service::Ticket => self.of_ticket(),
            Service::Venue => self.of_venue(),
            Service::Course => self.of_course(),
        };
        OF_EVERYBODY.with(self.of_shared_work()).with(own)
    }

    const fn of_shared_work(self) -> PermissionSet {
        PermissionSet::of(match self {
            Self::Manager => &[
                P::ReadTenant,
                P::ReadPatrons,
                P::WritePatrons,
                P::DecideStandings,
                P::ReadUserClasses,
                P::WriteUserClasses,
                P::ReadForms,
                P::WriteForms,
                P::ReadBills,
                P::ReadLedger,
                P::TakePayment,
                P::PayBill,
                P::RefundPayment,
                P::ReadTransfers,
                P::WriteTransfers,
                P::IssueDocuments,
                P::ReadDocuments,
                P::WriteIssuer,
            ],
            Self::Front => &[
                P::ReadTenant,
                P::ReadPatrons,
                P::WritePatrons,
                P::ReadUserClasses,
                P::ReadForms,
                P::ReadBills,
                P::TakePayment,
                P::PayBill,
                P::IssueDocuments,
                P::ReadDocuments,
            ],
            Self::Finance => &[
                P::ReadTenant,
                P::ReadBills,
                P::ReadLedger,
                P::TakePayment,
                P::PayBill,
                P::RefundPayment,
                P::ReadTransfers,
                P::WriteTransfers,
                P::IssueDocuments,
                P::ReadDocuments,
                P::WriteIssuer,
            ],
            Self::Viewer => &[P::ReadTenant, P::ReadUserClasses, P::ReadForms, P::ReadBills, P::ReadDocuments],
            Self::Approver => &[
                P::ReadTenant,
                P::ReadPatrons,
                P::DecideStandings,
                P::ReadUserClasses,
                P::ReadForms,
                P::ReadBills,
                P::ReadDocuments,
            ],
            Self::Editor => &[P::ReadTenant, P::ReadUserClasses, P::ReadForms, P::WriteForms],
            Self::Gate => &[P::ReadTenant],
        })
    }

    const fn of_core(self) -> PermissionSet {
        PermissionSet::of(match self {
            Self::Manager => &[
                P::ReadStaff,
                P::WriteStaff,
                P::ReadKeys,
                P::WriteKeys,
                P::ReadJournal,
                P::ReadTemplates,
                P::WriteTemplates,
            ],
            _ => &[],
        })
    }

    const fn of_ticket(self) -> PermissionSet {
        PermissionSet::of(match self {
            Self::Manager => &[
                P::AdmitTickets,
                P::ReadAdmissions,
                P::ReadCatalogue,
                P::WriteCatalogue,
                P::HoldPlaces,
                P::CancelOrders,
                P::PlaceOrders,
                P::ReadOrders,
                P::SellTickets,
                P::ReadStock,
                P::BlockSeats,
                P::VoidTickets,
            ],
            Self::Editor => &[P::ReadCatalogue, P::WriteCatalogue, P::ReadStock, P::BlockSeats],
            Self::Front => &[
                P::ReadAdmissions,
                P::ReadCatalogue,
                P::HoldPlaces,
                P::CancelOrders,
                P::PlaceOrders,
                P::ReadOrders,
                P::SellTickets,
                P::ReadStock,
            ],
            Self::Finance => &[P::ReadCatalogue, P::ReadOrders],
            Self::Gate => &[P::AdmitTickets, P::ReadAdmissions, P::ReadCatalogue],
            Self::Viewer | Self::Approver => &[P::ReadAdmissions, P::ReadCatalogue, P::ReadOrders, P::ReadStock],
        })
    }

    const fn of_venue(self) -> PermissionSet {
        PermissionSet::of(match self {
            Self::Manager => &[
                P::ReadRoomCalendar,
                P::CloseRooms,
                P::DecideHires,
                P::ApplyForHires,
                P::ReadHires,
                P::ChangeHires,
                P::QuoteHires,
                P::ReadHireReports,
                P::ReadRooms,
                P::WriteRooms,
                P::ReadTariffs,
                P::WriteTariffs,
                P::RecordUse,
            ],
            Self::Editor => &[P::ReadRoomCalendar, P::CloseRooms, P::ReadRooms, P::WriteRooms, P::ReadTariffs],
            Self::Front => &[
                P::ReadRoomCalendar,
                P::ApplyForHires,
                P::ReadHires,
                P::ChangeHires,
                P::QuoteHires,
                P::ReadRooms,
                P::ReadTariffs,
                P::RecordUse,
            ],
            Self::Finance => &[P::ReadHires, P::ReadHireReports, P::ReadRooms, P::ReadTariffs],
            Self::Gate => &[P::ReadRoomCalendar, P::ReadRooms],
            Self::Approver => &[P::ReadRoomCalendar, P::DecideHires, P::ReadHires, P::ReadRooms, P::ReadTariffs],
            Self::Viewer => &[P::ReadRoomCalendar, P::ReadHires, P::ReadHireReports, P::ReadRooms, P::ReadTariffs],
        })
    }

    const fn of_course(self) -> PermissionSet {
        PermissionSet::of(match self {
            Self::Manager => &[
                P::DecideCourses,
                P::ApplyForCourses,
                P::EnterApplications,
                P::ReadCourseApplications,
                P::ChangeCourseApplications,
                P::RecordAttendance,
                P::IssueCertificates,
                P::RunClasses,
                P::ReadCourses,
                P::WriteCourses,
                P::RunDraws,
                P::PayInstructors,
                P::ReadRosters,
                P::ReadCourseAnswers,
                P::ReadSensitiveAnswers,
            ],
            Self::Editor => &[P::ReadCourses, P::WriteCourses, P::RunClasses],
            Self::Front => &[
                P::ApplyForCourses,
                P::EnterApplications,
                P::ReadCourseApplications,
                P::ChangeCourseApplications,
                P::RecordAttendance,
                P::ReadCourses,
                P::ReadRosters,
                P::ReadCourseAnswers,
            ],
            Self::Finance => &[P::ReadCourses, P::ReadCourseApplications, P::PayInstructors],
            Self::Gate => &[P::ReadCourses, P::RecordAttendance],
            Self::Approver => &[
                P::DecideCourses,
                P::ReadCourseApplications,
                P::ReadCourses,
                P::RunDraws,
                P::IssueCertificates,
                P::ReadCourseAnswers,
            ],
            Self::Viewer => &[P::ReadCourses, P::ReadCourseApplications],
        })
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or(())
    }
}

/// A role in a service, as staff hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Post {
    pub service: Service,
    pub role: Role,
}

impl Post {
    /// Reads `ticket:front`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (service, role) = text.split_once(':')?;
        Some(Self { service: service.parse().ok()?, role: role.parse().ok()? })
    }
}

/// The whole table as text, one line per service, role and right: what is committed.
pub fn table() -> String {
    let mut text = String::from("# service role permission (generated; staff hold roles per service)\n");
    for service in [Service::Core, Service::Ticket, Service::Venue, Service::Course] {
        for role in Role::ALL {
            let mut codes: Vec<&str> = role.permissions(service).iter().map(Permission::code).collect();
            codes.sort_unstable();
            for code in codes {
                let _ = writeln!(text, "{} {} {code}", service.as_str(), role.as_str());
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_table_is_the_built_in_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/roles.txt");
        if std::env::var_os("UPDATE_ROLES").is_some() {
            std::fs::write(path, table()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(committed, table(), "run the test with UPDATE_ROLES=1 and look at the difference");
    }

    #[test]
    fn no_role_holds_a_right_of_operators_or_of_patrons_about_themselves() {
        for service in [Service::Core, Service::Ticket, Service::Venue, Service::Course] {
            for role in Role::ALL {
                for permission in role.permissions(service).iter() {
                    assert!(!permission.audience().operator, "{permission:?}");
                    assert!(!matches!(permission, P::ReadOwnPatron | P::WriteOwnPatron), "{permission:?}");
                }
            }
        }
    }

    #[test]
    fn a_viewer_changes_nothing() {
        for service in [Service::Core, Service::Ticket] {
            assert!(
                Role::Viewer
                    .permissions(service)
                    .iter()
                    .all(|p| p.code().ends_with(".read") || p == P::KeepOwnSessions)
            );
        }
    }
}
