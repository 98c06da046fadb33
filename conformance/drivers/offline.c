/*
 * Preloaded into programs that show how they read a string only by connecting.
 *
 * No packet leaves the machine and no name is looked up: getaddrinfo() answers 127.0.0.1 for every
 * name, and connect() is refused, or, when OFFLINE_PORT and OFFLINE_SOCKET are set, ends at that
 * port of 127.0.0.1 or at that socket, whatever the program asked for. What it asked for goes to
 * the file OFFLINE_LOG, one line each: "name NAME", "tcp PORT" or "unix PATH".
 *
 * This is for what the programs are to see. That nothing leaves the machine does not rest on it:
 * they run in a network of their own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void note(const char *what, const char *value)
{
    const char *path = getenv("OFFLINE_LOG");
    char line[4096];
    int length, file;

    if (path == NULL)
        return;
    length = snprintf(line, sizeof line, "%s %s\n", what, value);
    if (length >= (int) sizeof line)
        length = sizeof line - 1;
    file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    if (write(file, line, (size_t) length) < 0)
        abort();
    close(file);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    struct addrinfo local;

    if (real == NULL)
        *(void **) &real = dlsym(RTLD_NEXT, "getaddrinfo");
    /* Without a name, or for numbers only, the real one asks nobody. */
    if (node == NULL || (hints != NULL && (hints->ai_flags & AI_NUMERICHOST)))
    {
        if (node != NULL)
            note("name", node);
        return real(node, service, hints, result);
    }
    note("name", node);
    memset(&local, 0, sizeof local);
    if (hints != NULL)
    {
        local.ai_socktype = hints->ai_socktype;
        local.ai_protocol = hints->ai_protocol;
    }
    local.ai_family = AF_INET;
    local.ai_flags = AI_NUMERICHOST;
    return real("127.0.0.1", service, &local, result);
}

/* PHP loads its extensions so that they would find libc's functions before these. */
void *dlopen(const char *file, int flags)
{
    static void *(*real)(const char *, int);

    if (real == NULL)
        *(void **) &real = dlsym(RTLD_NEXT, "dlopen");
    return real(file, flags & ~RTLD_DEEPBIND);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    static int (*real)(int, const struct sockaddr *, socklen_t);
    const char *port = getenv("OFFLINE_PORT");
    const char *path = getenv("OFFLINE_SOCKET");
    char number[16];

    if (real == NULL)
        *(void **) &real = dlsym(RTLD_NEXT, "connect");
    if (address->sa_family == AF_INET)
    {
        struct sockaddr_in target = *(const struct sockaddr_in *) address;

        snprintf(number, sizeof number, "%d", ntohs(target.sin_port));
        note("tcp", number);
        if (port != NULL)
        {
            target.sin_port = htons((unsigned short) atoi(port));
            target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            return real(fd, (struct sockaddr *) &target, sizeof target);
        }
    }
    else if (address->sa_family == AF_INET6)
    {
        snprintf(number, sizeof number, "%d", ntohs(((const struct sockaddr_in6 *) address)->sin6_port));
        note("tcp", number);
    }
    else if (address->sa_family == AF_UNIX)
    {
        struct sockaddr_un target;
        char asked[sizeof target.sun_path + 1];

        memset(asked, 0, sizeof asked);
        memcpy(asked, ((const struct sockaddr_un *) address)->sun_path,
               length - sizeof(sa_family_t) < sizeof asked - 1 ? length - sizeof(sa_family_t)
                                                               : sizeof asked - 1);
        if (asked[0] == '\0' && asked[1] != '\0')
            asked[0] = '@';
        note("unix", asked);
        if (path != NULL)
        {
            memset(&target, 0, sizeof target);
            target.sun_family = AF_UNIX;
            strncpy(target.sun_path, path, sizeof target.sun_path - 1);
            return real(fd, (struct sockaddr *) &target, sizeof target);
        }
    }
    else
        return real(fd, address, length);
    (void) length;
    errno = ECONNREFUSED;
    return -1;
}
