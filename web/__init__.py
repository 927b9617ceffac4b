"""What people see: server-rendered pages in Swedish and English."""
