"""The helpdesk itself: tickets, people, time. It writes rows and calls nobody."""
