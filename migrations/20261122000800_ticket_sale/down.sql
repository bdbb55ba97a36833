DROP TABLE ticket.admissions, ticket.tickets, ticket.order_lines, ticket.orders, ticket.hold_lines, ticket.holds,
  ticket.performance_seats, ticket.pools;
